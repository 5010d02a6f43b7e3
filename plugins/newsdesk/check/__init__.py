"""check: a `Cleaned` and its analysis in, a `Checked` out (is this a translation, and are its sentences sound).

The heart is `stage`; `catalogue` says where the rules stand; data of a language in `lang/<code>.py`.
"""
