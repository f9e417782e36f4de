from members.models.countries import MemberCountry, Region
from members.models.delegations import Delegation, SignOff, sign_off_of
from members.models.events import MembershipEvent
from members.models.invitations import FRESH_ROLES, Invitation, roles_given_by
from members.models.people import Membership, Role, User
from members.models.proposals import Proposal

__all__ = [
    "FRESH_ROLES",
    "Delegation",
    "Invitation",
    "MemberCountry",
    "Membership",
    "MembershipEvent",
    "Proposal",
    "Region",
    "Role",
    "SignOff",
    "User",
    "roles_given_by",
    "sign_off_of",
]
