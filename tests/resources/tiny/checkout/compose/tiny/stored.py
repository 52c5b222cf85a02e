from pathlib import Path

stored = Path("/data/settings.json")
print(stored.read_text() if stored.exists() else "{}")
