"""Facts that the stores floor tells."""

from dataclasses import dataclass

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class DevicePaired(Fact):
    """A tablet or till was bound to a store."""

    device_code: str
    store_code: str
    paired_by: str

    @property
    def subject(self) -> str:
        return f"device:{self.device_code}"


@dataclass(frozen=True, kw_only=True)
class DeviceUnpaired(Fact):
    """A tablet or till may no longer act."""

    device_code: str
    store_code: str

    @property
    def subject(self) -> str:
        return f"device:{self.device_code}"
