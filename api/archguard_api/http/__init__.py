"""Everything about HTTP that is not a subject of its own: middleware, authentication, limits, errors."""
