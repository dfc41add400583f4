"""Routes, one file per noun: parse, call the service, show. No decisions here."""
