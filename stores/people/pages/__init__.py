"""The tablet's doors: pairing, signing in, who is at work."""

from stores.people.pages.access import StaffRequest as StaffRequest
from stores.people.pages.access import staff_page as staff_page
