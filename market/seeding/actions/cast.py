"""The ids of what has been loaded, by the keys the tables use."""

from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.catalog.models import Category
from market.places.models import Hamlet
from market.seeding.actions.places import hamlet_slug


@dataclass(slots=True, kw_only=True)
class Demo:
    """Ids by key; `owners` are people by the key of their business, `variants` belong to the product of that key."""

    commune_id: int
    hamlets: dict[str, int]
    categories: dict[str, int]
    businesses: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    stalls: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    variants: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_places(cls, session: Session, commune_id: int) -> Self:
        hamlets = dict(session.execute(select(Hamlet.slug, Hamlet.id).where(Hamlet.commune_id == commune_id)).all())
        categories = dict(session.execute(select(Category.code, Category.id)).all())
        return cls(commune_id=commune_id, hamlets=hamlets, categories=categories)

    def hamlet(self, key: str) -> int:
        return self.hamlets[hamlet_slug(key)]

    @property
    def officer(self) -> Actor:
        return Actor(person_id=self.people["hung"])

    def owner(self, business: str) -> Actor:
        return Actor(person_id=self.owners.get(business))
