from reporting.evidence.storage import NotStored
from reporting.evidence.uploads import check, stored

__all__ = ["NotStored", "check", "stored"]
