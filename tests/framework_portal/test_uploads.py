import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile

from tests.files import small_disk, upload


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    return tmp_path


def posted(rf, length):
    return rf.post("/", {"files": upload("annex.pdf", bytes(length)), "title": "Typed"})


def test_a_long_file_goes_to_the_disk_and_not_to_memory(rf):
    request = posted(rf, 100)
    assert isinstance(request.FILES["files"], TemporaryUploadedFile)
    request.close()


def test_files_that_are_too_long_are_left_out_and_the_rest_is_read(rf, settings, folder):
    settings.UPLOAD_MAX_SIZE = 1000
    request = posted(rf, 1000)
    assert (dict(request.FILES), request.POST["title"]) == ({}, "Typed")
    assert (request.files_are_too_long, list(folder.iterdir())) == (True, [])


def test_a_request_without_end_is_not_read(rf, settings):
    settings.UPLOAD_MAX_SIZE = 10
    with pytest.raises(RequestDataTooBig):
        posted(rf, 1000).FILES  # noqa: B018


def test_a_full_disk_keeps_nothing_of_an_upload(rf, folder):
    """R15. The error is remembered, as a server does until it has answered."""
    with small_disk(100_000), pytest.raises(OSError) as remembered:
        posted(rf, 300_000).FILES  # noqa: B018
    assert remembered.value.strerror == "File too large"
    assert list(folder.iterdir()) == []
