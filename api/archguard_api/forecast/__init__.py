"""When a contract's violations will be gone, or why nobody can say."""

from archguard_api.forecast.estimate import forecast
from archguard_api.forecast.model import AnyState, Forecast, Observation, State

__all__ = ["AnyState", "Forecast", "Observation", "State", "forecast"]
