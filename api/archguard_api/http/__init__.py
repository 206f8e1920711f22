"""HTTP itself: middleware, caching, authentication, limits, errors, the OpenAPI document."""
