"""Classes and who came, products that were surveyed, the path to OCOP, farming models, signature products."""

from market.outreach.models.classes import ClassAttendee, TrainingClass
from market.outreach.models.farming import FarmingModel, FarmPractice, ModelAdopter
from market.outreach.models.ocop import OcopAssessment, OcopEntry, OcopPath, OcopStep
from market.outreach.models.papers import PaperWarning
from market.outreach.models.survey import SignatureProduct, SurveyedProduct

__all__ = [
    "ClassAttendee",
    "FarmPractice",
    "FarmingModel",
    "ModelAdopter",
    "OcopAssessment",
    "OcopEntry",
    "OcopPath",
    "OcopStep",
    "PaperWarning",
    "SignatureProduct",
    "SurveyedProduct",
    "TrainingClass",
]
