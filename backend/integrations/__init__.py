"""What other programs are told: outgoing webhooks and chat."""
