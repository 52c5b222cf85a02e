"""What a person sees in a browser: pages visited as data says, proofs looked at, screenshots kept."""
