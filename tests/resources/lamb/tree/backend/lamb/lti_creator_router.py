"""Launches of people who make assistants: of what LAMB has here the address alone by which they are known."""


def address_of(org, sanitized_lti_user_id):
    user_email = f"lti_creator_{org['slug']}_{sanitized_lti_user_id}@lamb-lti.local"
    return user_email
