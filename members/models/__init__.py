from members.models.countries import MemberCountry, Region
from members.models.people import Membership, Role, User

__all__ = ["MemberCountry", "Membership", "Region", "Role", "User"]
