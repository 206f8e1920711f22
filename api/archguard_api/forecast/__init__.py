"""Forecast when a contract will have no violations left."""

from archguard_api.forecast.estimate import find_day_of_zero, find_state, forecast
from archguard_api.forecast.model import AnyState, Forecast, Observation, State

__all__ = ["AnyState", "Forecast", "Observation", "State", "find_day_of_zero", "find_state", "forecast"]
