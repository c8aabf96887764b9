"""What people tell the commune, and what it tells of them."""

from market.feedback.models.ideas import Idea
from market.feedback.models.stories import Story, StoryConsent
from market.feedback.models.tickets import DeskSeat, Ticket, TicketContact, TicketPhoto, TicketStep

__all__ = ["DeskSeat", "Idea", "Story", "StoryConsent", "Ticket", "TicketContact", "TicketPhoto", "TicketStep"]
