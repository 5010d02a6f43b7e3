"""Data that the stages exchange: captures, articles and outcomes in files below the data root, dead letters in the state database."""
