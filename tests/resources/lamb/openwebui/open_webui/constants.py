"""Texts of errors."""

from enum import Enum


class ERROR_MESSAGES(str, Enum):
    INVALID_CRED = "The email or password provided is incorrect."
    INVALID_TOKEN = "Your session has expired or the token is invalid."
    INVALID_TRUSTED_HEADER = "Your provider has not provided a trusted header."
    ACCESS_PROHIBITED = "You do not have permission to access this resource."
