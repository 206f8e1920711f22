"""archguard takes the imports of deprecated modules to zero, and proves it."""

__version__ = "0.1.0"
