"""Forecast when a contract will have no violations left."""

from archguard_api.forecast.estimate import forecast
from archguard_api.forecast.model import Forecast, Observation, State

__all__ = ["Forecast", "Observation", "State", "forecast"]
