"""gunicorn's settings, for `make run` and production alike."""

import gc
import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
worker_class = "gthread"
preload_app = True
timeout = 30
graceful_timeout = 30
reload = os.environ.get("DEBUG") == "1"
loglevel = "warning"


def when_ready(_server):
    """What is loaded by now stays: the workers need not look through it for garbage."""
    gc.collect()
    gc.freeze()
