"""What LAMB's settings must hold before it starts: what its code dies of or never asks again, told all at once."""

from collections.abc import Iterator, Mapping

from own_settings import missing, number_problem, port, secret_problem

MOST_WORKERS = 64


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong with the settings; None stands for a look that found nothing."""
    yield missing(environment, "LAMB_WEB_HOST", "PIPELINES_HOST")
    yield missing(environment, "OWI_PATH")
    yield missing(environment, "OWI_BASE_URL")
    yield missing(environment, "OWI_ADMIN_NAME")
    yield missing(environment, "OWI_ADMIN_EMAIL")
    yield secret_problem(environment, "OWI_ADMIN_PASSWORD")
    yield secret_problem(environment, "LAMB_JWT_SECRET", "WEBUI_SECRET_KEY", "WEBUI_JWT_SECRET_KEY")
    yield secret_problem(environment, "LAMB_BEARER_TOKEN", "PIPELINES_BEARER_TOKEN")
    yield secret_problem(environment, "LAMB_KB_SERVER_TOKEN")
    yield secret_problem(environment, "SIGNUP_SECRET_KEY")
    if environment.get("LTI_SECRET", "").strip():
        yield secret_problem(environment, "LTI_SECRET")
    if environment.get("LTI_GLOBAL_SECRET", "").strip():
        yield secret_problem(environment, "LTI_GLOBAL_SECRET")
    if has_libraries(environment):
        yield secret_problem(environment, "LAMB_LIBRARY_TOKEN")
    yield number_problem(environment, "PORT", 1, 65535)
    yield number_problem(environment, "LAMB_WORKERS", 1, MOST_WORKERS)


def has_libraries(environment: Mapping[str, str]) -> bool:
    """Tell whether there is a library manager to work with."""
    is_off = environment.get("LAMB_LIBRARY_SERVER_ENABLE", "").strip().upper() == "DISABLE"
    return not is_off and bool(environment.get("LAMB_LIBRARY_SERVER", "").strip())


def completed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with those that follow from others, or that LAMB's code asks for without any need.

    LAMB asks itself at the port at which it listens. Without a key for OpenAI its code dies; an empty one it does
    not use, nor then the address and the model. A variable that is empty on purpose, such as the prefix, stays.
    """
    itself = f"http://127.0.0.1:{port(environment, 9099)}"
    following = {
        "LAMB_BACKEND_HOST": itself,
        "LAMB_LITESHELL_URL": itself,
        "OPENAI_API_KEY": "",
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "OPENAI_MODEL": "gpt-4o-mini",
    }
    return {**environment, **{name: value for name, value in following.items() if not environment.get(name)}}
