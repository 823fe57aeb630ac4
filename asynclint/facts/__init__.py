"""The libcst visitor, and the facts that it yields. No other package knows libcst."""
