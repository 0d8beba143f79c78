"""The stores floor in the admin, gathered; and the dashboard on its first page."""

from django.contrib import admin

from stores.kpi.admin import ScorecardAdmin as ScorecardAdmin
from stores.kpi.admin import ScoreEntryAdmin as ScoreEntryAdmin
from stores.network.admin import DeviceAdmin as DeviceAdmin
from stores.network.admin import StoreAdmin as StoreAdmin
from stores.people.admin import EmployeeAdmin as EmployeeAdmin
from stores.people.admin import StaffSessionAdmin as StaffSessionAdmin
from stores.people.admin import StoreAssignmentAdmin as StoreAssignmentAdmin
from stores.work.admin import WorkItemAdmin as WorkItemAdmin

admin.site.index_template = "board/admin_index.html"
