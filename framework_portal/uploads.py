from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

ENDLESS = 10


class BoundedUploadHandler(FileUploadHandler):
    """Keeps no file of a form that is too long, but reads on: what was typed is not lost.

    Of one that is endless nothing is read at all.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > ENDLESS * settings.UPLOAD_MAX_SIZE:
            raise RequestDataTooBig("The request is too long.")
        self.request.files_are_too_long = content_length > settings.UPLOAD_MAX_SIZE

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.request.files_are_too_long:
            raise SkipFile

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Django's, but what a full disk has not taken is deleted at once.

    Otherwise it would stay as long as the error is remembered, and nobody had room.
    """

    def receive_data_chunk(self, raw_data, start):
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.upload_interrupted()
            raise
