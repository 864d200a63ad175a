"""Uploads to the Hugging Face Hub, by its own library and with its own token."""

from collections.abc import Sequence
from pathlib import Path

from tfgen import __version__
from tfgen.errors import TfgenError
from tfgen.zoo.sources import hub_endpoint

_REASONS = {
    401: "it does not accept the token; `hf auth login` stores another",
    403: "the token may not write there; make one with the right to write",
}


def upload(folder: Path, repository: str, path: str, message: str, replaced: Sequence[str]) -> None:
    """Puts the files of a folder into a repository of models, which is made if it does not exist.

    Args:
        folder: What is uploaded, in one commit.
        repository: `user/repository`.
        path: Where in the repository the files are to be; empty for its root.
        message: The commit's.
        replaced: Names of files that are removed from there, in the same commit, if the folder has none such.

    Raises:
        TfgenError: If the library or the token is missing, or the Hub refuses.
    """
    try:
        import huggingface_hub
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise TfgenError("the Hugging Face Hub's library is missing; `pip install 'tfgen[hf]'` installs it") from error
    if not huggingface_hub.get_token():
        raise TfgenError("there is no token for the Hugging Face Hub; `hf auth login` stores one, HF_TOKEN names one")
    api = huggingface_hub.HfApi(endpoint=hub_endpoint(), library_name="tfgen", library_version=__version__)
    refused = f"{hub_endpoint()} does not take {repository}"
    try:
        api.create_repo(repository, exist_ok=True)
        api.upload_folder(
            repo_id=repository,
            folder_path=str(folder),
            path_in_repo=path or None,
            commit_message=message,
            delete_patterns=list(replaced),
        )
    except HfHubHTTPError as error:
        code = error.response.status_code
        told = _REASONS.get(code) or f"it answered {code}, {error.server_message or 'without a reason'}"
        raise TfgenError(f"{refused}: {told}") from error
    # The library's versions differ in what carries its requests, and so in what is raised without a connection.
    except Exception as error:
        first_line = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise TfgenError(f"{refused}: {first_line}") from error
