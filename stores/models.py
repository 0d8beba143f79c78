"""The nouns of the stores floor, gathered for Django."""

from stores.kpi.models import Scorecard as Scorecard
from stores.kpi.models import ScoreEntry as ScoreEntry
from stores.network.models import Device as Device
from stores.network.models import HoursException as HoursException
from stores.network.models import Store as Store
from stores.people.models import Employee as Employee
from stores.people.models import StaffSession as StaffSession
from stores.people.models import StoreAssignment as StoreAssignment
from stores.work.models import WorkItem as WorkItem

__all__ = [
    "Device",
    "Employee",
    "HoursException",
    "ScoreEntry",
    "Scorecard",
    "StaffSession",
    "Store",
    "StoreAssignment",
    "WorkItem",
]
