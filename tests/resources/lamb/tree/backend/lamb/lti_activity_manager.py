"""Launches into an activity: of what LAMB has here the address alone by which a student is known to Open WebUI."""

import re


class LtiActivityManager:
    @staticmethod
    def sanitize_for_email(value: str, max_length: int = 80) -> str:
        return re.sub(r"[^A-Za-z0-9._-]", "_", value.strip())[:max_length] or "user"

    def generate_student_email(self, username: str, resource_link_id: str) -> str:
        safe_user = self.sanitize_for_email(username)
        safe_rlid = self.sanitize_for_email(resource_link_id, max_length=60)
        return f"{safe_user}_{safe_rlid}@lamb-lti.local"
