"""gunicorn's settings, for `make run` and production alike."""

import gc
import os

from gunicorn import glogging

from framework_portal.log import Formatter, OfTheServer

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
worker_class = "gthread"
preload_app = True
timeout = 30
graceful_timeout = 30
reload = os.environ.get("DEBUG") == "1"
loglevel = "warning"


class Logger(glogging.Logger):
    """What gunicorn itself says: JSON as all else, and nothing of what was asked for."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter("%(levelname)s %(name)s %(message)s", timestamp=True))
            handler.addFilter(OfTheServer())


logger_class = Logger


def when_ready(_server):
    """What is loaded by now stays: the workers need not look through it for garbage."""
    gc.collect()
    gc.freeze()
