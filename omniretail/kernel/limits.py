"""How much of everything is allowed; one chapter for the whole house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Bounds that keep one caller from hurting the others."""

    body_bytes: int = 2_500_000
    feed_body_bytes: int = 20_000_000
    feed_errors: int = 10_000
    feed_unpacked_bytes: int = 2_000_000_000
    feed_packed_ratio: int = 200
    feed_packed_files: int = 50_000
    exchange_part_bytes: int = 8_000_000
    exchange_file_bytes: int = 500_000_000
    exchange_files: int = 2_000
    exchange_session: timedelta = timedelta(hours=12)
    exchange_kept: timedelta = timedelta(days=7)
    exchange_tries: int = 5
    exchange_wait: timedelta = timedelta(seconds=4)
    page_size: int = 50
    page_size_most: int = 200
    text_length: int = 500
    search_length: int = 100
    cart_lines: int = 100
    line_quantity: int = 999
    receipt_lines: int = 500
    receipt_quantity: int = 100_000
    line_serials: int = 1_000
    batch_rows: int = 10_000
    pos_batch_sales: int = 200
    supply_lines: int = 500
    transfer_units_alone: int = 10
    transfer_patience: timedelta = timedelta(days=1)
    transfer_days: timedelta = timedelta(days=2)
    availability_skus: int = 200
    availability_places: int = 50
    changes_page: int = 1_000
    changes_page_most: int = 10_000
    changes_looked_through: int = 20_000
    changes_kept: timedelta = timedelta(days=30)
    snapshots_at_once: int = 2
    streams_per_client: int = 5
    streams_most: int = 200
    offending_rows: int = 100
    stock_lines: int = 200
    stock_write_batch: int = 2_000
    own_reversal_units: int = 10
    observed_within: timedelta = timedelta(days=30)
    # By how much the clocks of tills, tablets and this service may differ.
    clocks_apart: timedelta = timedelta(minutes=5)
    count_lines: int = 1_000
    count_articles: int = 12
    count_due: timedelta = timedelta(hours=12)
    count_observed_within: timedelta = timedelta(days=7)
    count_velocity_days: int = 28
    count_nil_pick_days: int = 90
    safety_velocity_days: int = 28
    safety_accuracy_days: int = 90
    # Above this value of variance somebody else approves; in a currency not named, always.
    count_approval_amounts: Mapping[str, Decimal] = field(default_factory=dict)
    velocity_days: int = 56
    velocity_batch: int = 1_000
    velocity_batches: int = 100
    proposal_skus: int = 500
    proposal_batches: int = 100
    proposal_rest: timedelta = timedelta(days=7)
    decided_at_once: int = 200
    surplus_weeks: int = 8
    neighbour_km: int = 500
    watched_changes: int = 5_000
    watched_batches: int = 20
    terms_skus: int = 200
    levels_explained: int = 1_000
    misses_noted: int = 20
    waits_per_contact: int = 20
    wait_life: timedelta = timedelta(days=90)
    wait_first_chance: timedelta = timedelta(days=1)
    waits_expired: int = 1_000
    reaction_tries: int = 8
    message_tries: int = 6
    payment_tries: int = 20
    order_parcels: int = 4
    sourcing_places: int = 40
    checkout_resumed_after: timedelta = timedelta(seconds=30)
    checkout_patience: timedelta = timedelta(minutes=10)
    relay_batch: int = 50
    relay_passed: int = 1_000
    idempotency_kept: timedelta = timedelta(days=30)
    idempotency_lease: timedelta = timedelta(seconds=60)
    unended_noted_after: timedelta = timedelta(hours=1)
    holds_per_owner: int = 20
    flash_wishes: int = 200
    promises_giving_way: int = 100
    hold_life: timedelta = timedelta(minutes=15)
    cart_life: timedelta = timedelta(days=30)
    sign_in_tries: int = 5
    sign_in_tries_everywhere: int = 50
    sign_in_pause: timedelta = timedelta(minutes=15)
    pin_tries: int = 5
    pickup_code_tries: int = 5
    login_code_tries: int = 5
    login_codes_per_identifier: int = 5
    login_codes_per_address: int = 60
    login_code_window: timedelta = timedelta(hours=1)
    login_code_life: timedelta = timedelta(minutes=10)
    customer_token_life: timedelta = timedelta(days=90)
    staff_session_life: timedelta = timedelta(hours=14)
    staff_idle_lock: timedelta = timedelta(minutes=5)
    order_link_life: timedelta = timedelta(days=180)


def limits() -> Limits:
    """The bounds in force."""
    return settings.LIMITS
