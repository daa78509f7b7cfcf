"""What several screens share: texts in two languages, amounts, addresses, times, charts, pictures of a split.

Texts that come from the chain or a document are foreign: they are shown by `plain` or `st.text`, never as
HTML or markdown.
"""
