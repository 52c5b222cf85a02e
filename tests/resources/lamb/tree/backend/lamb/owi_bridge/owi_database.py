"""Open WebUI's database, opened as a file. Waits until it is there."""

import logging
import os
import sqlite3
import time

import config

DB_POLL_INTERVAL_SECONDS = float(os.getenv('OWI_DB_POLL_INTERVAL_SECONDS', '1'))


class OwiDatabaseManager:
    def __init__(self):
        self.db_path = os.path.join(config.OWI_PATH, 'webui.db')
        while not os.path.exists(self.db_path):
            logging.warning(f"Still waiting for database at: {self.db_path}")
            time.sleep(DB_POLL_INTERVAL_SECONDS)

    def execute(self, statements):
        """Run statements in one transaction; what the database refuses is logged, and None returned."""
        try:
            connection = sqlite3.connect(self.db_path)
            with connection:
                rows = [connection.execute(text, values).fetchall() for text, values in statements]
            connection.close()
            return rows[-1]
        except sqlite3.Error as error:
            logging.error(f"Database error in execute_query: {error}")
            return None
