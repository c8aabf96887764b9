"""What the job that raises risk flags knows beside the ledger, and who stands behind whom."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from market.adoption.rules.calls import CallRecord
from market.adoption.rules.facts import NOBODY, Ledger, Party, Sale, ServicePost


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who keeps a pickup point and wrote down that a buyer came, on which device."""

    person_id: int
    phone: str | None
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Who is or was in the commune's service, on which devices they ever signed in (by device the person), the calls
    made to buyers, and by order the keeper who saw its buyer."""

    services: Sequence[ServicePost] = ()
    staff_devices: Mapping[str, int] = field(default_factory=dict)
    calls: Sequence[CallRecord] = ()
    keepers: Mapping[int, Keeper] = field(default_factory=dict)


class Acquaintances:
    """Looks up who stands behind a buyer, and whether two businesses have anybody or anything in common."""

    def __init__(self, ledger: Ledger, trail: Trail) -> None:
        self._parties = ledger.parties
        self.staff_devices = trail.staff_devices
        self._keepers = trail.keepers
        self._behind: dict[object, set[int]] = defaultdict(set)
        for business_id, party in ledger.parties.items():
            for one in (*party.people, *party.phones, *party.devices, *party.bank_accounts):
                self._behind[one].add(business_id)
        self._in_service: dict[int | str, list[ServicePost]] = defaultdict(list)
        self._helpers: dict[int, set[int]] = defaultdict(set)
        for service in trail.services:
            self._enter(service)
        in_service = {business for service in trail.services for business in self._behind.get(service.person_id, ())}
        self._staff_accounts = {account for one in in_service for account in self.party(one).bank_accounts}

    def _enter(self, service: ServicePost) -> None:
        self._in_service[service.person_id].append(service)
        if service.phone:
            self._in_service[service.phone].append(service)
        if service.business_id is not None:
            self._helpers[service.business_id].add(service.person_id)

    def party(self, business_id: int) -> Party:
        return self._parties.get(business_id, NOBODY)

    def is_self_bought(self, sale: Sale) -> bool:
        """Whether a member of the business bought from it: no sale at all."""
        return sale.buyer_id in self.party(sale.business_id).people

    def buyer_businesses(self, sale: Sale) -> set[int]:
        """The businesses behind a buyer, by account, phone, device or the bank account that paid; not the seller's."""
        known_by = (sale.buyer_id, sale.phone, sale.device, sale.payer)
        found = {one for key in known_by if key is not None for one in self._behind.get(key, ())}
        return found - {sale.business_id}

    def serving(self, sale: Sale, hamlet_id: int) -> Iterator[int]:
        """Those in the service of the seller on the day of the sale whose account or phone bought."""
        for key in (sale.phone, sale.buyer_id):
            for one in self._in_service.get(key, ()) if key else ():
                if one.covers(sale.business_id, hamlet_id, sale.completed_on):
                    yield one.person_id

    def is_related_payer(self, account: str, business_id: int) -> bool:
        """Whether an account is one that the seller, a relative on record, a member (by another business of theirs) or
        anybody in service is paid into."""
        seller = self.party(business_id)
        theirs = {one for person in seller.people for one in self._behind.get(person, ())}
        accounts = (seller.bank_accounts, *(self.party(one).bank_accounts for one in theirs), self._staff_accounts)
        return any(account in known for known in accounts)

    def is_seen(self, sale: Sale) -> bool:
        """Whether a keeper saw the buyer, who is neither that buyer nor of the seller's people, phones or devices, nor
        helps them under a mandate."""
        keeper = self._keepers.get(sale.order_id)
        if keeper is None or keeper.person_id in self._helpers.get(sale.business_id, ()):
            return False
        seller = self.party(sale.business_id)
        is_seller = (
            keeper.person_id in seller.people or keeper.phone in seller.phones or keeper.device in seller.devices
        )
        is_buyer = sale.buyer_id == keeper.person_id or sale.phone == keeper.phone or sale.device == keeper.device
        return not is_seller and not is_buyer

    def are_related(self, first: int, second: int) -> bool:
        """Whether two businesses share people, a phone, a device, an account or a helper with a mandate."""
        if first == second:
            return True
        one, other = self.party(first), self.party(second)
        return bool(
            one.people & other.people
            or one.phones & other.phones
            or one.devices & other.devices
            or one.bank_accounts & other.bank_accounts
            or self._helpers.get(first, set()) & self._helpers.get(second, set())
        )
