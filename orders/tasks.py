"""The tasks of the orders floor, gathered for Celery."""

from orders.checkout.tasks import abandon_old_carts as abandon_old_carts
from orders.checkout.tasks import resume_stuck_checkouts as resume_stuck_checkouts
from orders.fulfilment.tasks import expire_uncollected_bags as expire_uncollected_bags
from orders.fulfilment.tasks import notice_late_bags as notice_late_bags
from orders.payments.tasks import settle_due_payments as settle_due_payments
from orders.payments.tasks import settle_payments as settle_payments
