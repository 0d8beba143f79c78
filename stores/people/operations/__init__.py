"""Employment, and signing in and out."""

from stores.people.operations.employment import assign as assign
from stores.people.operations.employment import choose_language as choose_language
from stores.people.operations.employment import dismiss_employee as dismiss_employee
from stores.people.operations.employment import forgive_tries as forgive_tries
from stores.people.operations.employment import save_employee as save_employee
from stores.people.operations.employment import set_pin as set_pin
from stores.people.operations.employment import unlock_pin as unlock_pin
from stores.people.operations.sessions import SignedIn as SignedIn
from stores.people.operations.sessions import end_session as end_session
from stores.people.operations.sessions import lock_session as lock_session
from stores.people.operations.sessions import sign_in as sign_in
from stores.people.operations.sessions import sign_out as sign_out
from stores.people.operations.sessions import touch_session as touch_session
