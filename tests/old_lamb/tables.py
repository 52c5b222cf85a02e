"""The tables of the old stack's databases, column by column as its releases have them; {p} is LAMB's prefix."""

LAMB = {
    "{p}organizations": (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT UNIQUE NOT NULL, name TEXT NOT NULL, is_system BOOLEAN "
        "DEFAULT FALSE, status TEXT DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'trial')), config JSON "
        "NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL"
    ),
    "{p}organization_roles": (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL, user_id INTEGER NOT NULL, role TEXT "
        "NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (organization_id, user_id)"
    ),
    "{p}Creator_users": (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER REFERENCES {p}organizations (id), user_email "
        "TEXT NOT NULL, user_name TEXT NOT NULL, user_type TEXT NOT NULL DEFAULT 'creator', user_config JSON, "
        "created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, enabled BOOLEAN NOT NULL DEFAULT 1, UNIQUE "
        "(user_email)"
    ),
    "{p}assistants": (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL, name TEXT NOT NULL, description "
        "TEXT, owner TEXT NOT NULL, api_callback TEXT, system_prompt TEXT, prompt_template TEXT, RAG_endpoint TEXT, "
        "RAG_Top_k INTEGER, RAG_collections TEXT, pre_retrieval_endpoint TEXT, post_retrieval_endpoint TEXT, "
        "created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (organization_id, name, owner)"
    ),
    "{p}collections": (
        "id TEXT PRIMARY KEY, organization_id INTEGER NOT NULL, collection_name TEXT NOT NULL, owner TEXT NOT NULL, "
        "metadata JSON, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL"
    ),
    "{p}config": "id INTEGER PRIMARY KEY CHECK (id = 1), config JSON NOT NULL",
    "{p}kb_registry": (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, kb_id TEXT NOT NULL UNIQUE, kb_name TEXT NOT NULL, owner_user_id "
        "INTEGER NOT NULL, organization_id INTEGER NOT NULL, is_shared BOOLEAN DEFAULT FALSE, metadata JSON, "
        "created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL"
    ),
    "{p}lamb_chats": (
        "id TEXT PRIMARY KEY, user_id INTEGER NOT NULL, assistant_id INTEGER NOT NULL, title TEXT NOT NULL DEFAULT "
        "'New Chat', created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, chat JSON NOT NULL, archived INTEGER "
        "DEFAULT 0"
    ),
}
LAMB_FROM_05 = {
    "{p}lti_global_config": (
        "id INTEGER PRIMARY KEY CHECK (id = 1), oauth_consumer_key TEXT NOT NULL, oauth_consumer_secret TEXT NOT "
        "NULL, updated_at INTEGER NOT NULL, updated_by TEXT"
    ),
}
LAMB_FROM_06 = {
    "{p}aac_sessions": (
        "id TEXT PRIMARY KEY, assistant_id INTEGER, user_email TEXT NOT NULL, organization_id INTEGER NOT NULL, "
        "status TEXT DEFAULT 'active', conversation TEXT DEFAULT '[]', created_at TIMESTAMP, updated_at TIMESTAMP, "
        "title TEXT DEFAULT ''"
    ),
    "{p}libraries": (
        "id TEXT PRIMARY KEY, organization_id INTEGER NOT NULL, name TEXT NOT NULL, description TEXT, owner_user_id "
        "INTEGER NOT NULL, is_shared INTEGER DEFAULT 0, import_config TEXT, status TEXT DEFAULT 'active', created_at "
        "INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (organization_id, name)"
    ),
}
NATIVE_ACCOUNTS = ("password_hash TEXT", "role TEXT NOT NULL DEFAULT 'user'")
"""Columns that accounts have from 0.6 on."""
WEBUI = {
    "user": (
        "id VARCHAR PRIMARY KEY, name VARCHAR, email VARCHAR, role VARCHAR, profile_image_url TEXT, api_key VARCHAR "
        "UNIQUE, created_at BIGINT, updated_at BIGINT, last_active_at BIGINT, settings TEXT, info TEXT, oauth_sub "
        "TEXT UNIQUE"
    ),
    "auth": "id VARCHAR PRIMARY KEY, email VARCHAR, password TEXT, active BOOLEAN",
    "chat": (
        "id VARCHAR PRIMARY KEY, user_id VARCHAR, title TEXT, share_id TEXT UNIQUE, archived BOOLEAN, created_at "
        "BIGINT, updated_at BIGINT, chat JSON, pinned BOOLEAN, meta JSON DEFAULT '{}' NOT NULL, folder_id TEXT"
    ),
    "file": (
        "id TEXT PRIMARY KEY, user_id TEXT, filename TEXT, meta JSON, created_at BIGINT, hash TEXT, data JSON, "
        "updated_at BIGINT, path TEXT, access_control JSON"
    ),
    "config": (
        "id INTEGER PRIMARY KEY, data JSON NOT NULL, version INTEGER NOT NULL, created_at DATETIME DEFAULT "
        "CURRENT_TIMESTAMP NOT NULL, updated_at DATETIME"
    ),
    "model": (
        "id TEXT PRIMARY KEY, user_id TEXT, base_model_id TEXT, name TEXT, meta TEXT, params TEXT, created_at BIGINT, "
        "updated_at BIGINT, access_control JSON, is_active BOOLEAN"
    ),
    "group": (
        "id TEXT PRIMARY KEY, user_id TEXT, name TEXT, description TEXT, data JSON, meta JSON, permissions JSON, "
        "user_ids JSON, created_at BIGINT, updated_at BIGINT"
    ),
}
KB = {
    "collections": (
        "id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL, description TEXT, creation_date DATETIME, owner "
        "VARCHAR(255) NOT NULL, visibility VARCHAR(7) NOT NULL, embeddings_model JSON NOT NULL, chromadb_uuid "
        "VARCHAR(36)"
    ),
    "file_registry": (
        "id INTEGER PRIMARY KEY, collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE, "
        "original_filename VARCHAR(255) NOT NULL, file_path VARCHAR(255) NOT NULL, file_url VARCHAR(255) NOT NULL, "
        "file_size INTEGER NOT NULL, content_type VARCHAR(100), plugin_name VARCHAR(100) NOT NULL, plugin_params JSON "
        "NOT NULL, status VARCHAR(10) NOT NULL, document_count INTEGER NOT NULL, created_at DATETIME NOT NULL, "
        "updated_at DATETIME NOT NULL, processing_stats JSON, owner VARCHAR(255) NOT NULL"
    ),
}
LIBRARY = {
    "organizations": "id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, created_at DATETIME NOT NULL",
    "content_items": (
        "id VARCHAR PRIMARY KEY, library_id VARCHAR NOT NULL, organization_id VARCHAR NOT NULL, title VARCHAR NOT "
        "NULL, source_type VARCHAR NOT NULL, base_path VARCHAR NOT NULL, full_markdown_path VARCHAR, permalink_base "
        "VARCHAR NOT NULL, status VARCHAR NOT NULL"
    ),
    "import_jobs": (
        "id VARCHAR PRIMARY KEY, content_item_id VARCHAR NOT NULL, source_path VARCHAR, title VARCHAR NOT NULL, "
        "status VARCHAR NOT NULL"
    ),
}
CHROMA = {
    "collections": (
        "id TEXT PRIMARY KEY, name TEXT NOT NULL, dimension INTEGER, database_id TEXT NOT NULL, config_json_str TEXT, "
        "schema_str TEXT"
    ),
    "segments": "id TEXT PRIMARY KEY, type TEXT NOT NULL, scope TEXT NOT NULL, collection TEXT NOT NULL",
    "embeddings": (
        "id INTEGER PRIMARY KEY, segment_id TEXT NOT NULL, embedding_id TEXT NOT NULL, seq_id BLOB NOT NULL, "
        "created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, UNIQUE (segment_id, embedding_id)"
    ),
    "embedding_metadata": (
        "id INTEGER REFERENCES embeddings (id), key TEXT NOT NULL, string_value TEXT, int_value INTEGER, float_value "
        "REAL, bool_value INTEGER, PRIMARY KEY (id, key)"
    ),
    "embeddings_queue": (
        "seq_id INTEGER PRIMARY KEY, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, operation INTEGER NOT "
        "NULL, topic TEXT NOT NULL, id TEXT NOT NULL, vector BLOB, encoding TEXT, metadata TEXT"
    ),
    "max_seq_id": "segment_id TEXT PRIMARY KEY, seq_id BLOB NOT NULL",
}
SEARCH = "CREATE VIRTUAL TABLE embedding_fulltext_search USING fts5(string_value, tokenize='trigram')"
