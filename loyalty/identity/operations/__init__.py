"""Every change to customers."""

from loyalty.identity.operations.codes import (
    CodeCannotBeSent,
    CodeRefused,
    NothingToConfirm,
    TooManyCodes,
    clear_code,
    request_login_code,
    request_verification,
    verify_identifier,
)
from loyalty.identity.operations.consents import record_consent, withdraw_consent
from loyalty.identity.operations.register import (
    IdentifierTaken,
    NameMissing,
    NotACard,
    NotAnEmail,
    NotAPhone,
    add_identifier,
    change_customer,
    register_customer,
)
from loyalty.identity.operations.signing_in import (
    SignedIn,
    redeem_login_code,
    sign_out,
    sign_out_everywhere,
)

__all__ = [
    "CodeCannotBeSent",
    "CodeRefused",
    "IdentifierTaken",
    "NameMissing",
    "NotACard",
    "NotAPhone",
    "NotAnEmail",
    "NothingToConfirm",
    "SignedIn",
    "TooManyCodes",
    "add_identifier",
    "change_customer",
    "clear_code",
    "record_consent",
    "redeem_login_code",
    "register_customer",
    "request_login_code",
    "request_verification",
    "sign_out",
    "sign_out_everywhere",
    "verify_identifier",
    "withdraw_consent",
]
