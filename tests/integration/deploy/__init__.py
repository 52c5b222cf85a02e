"""Deploys of Tiny on the real engine, by theme; each test has a target of its own."""
