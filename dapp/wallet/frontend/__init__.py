"""The wallet component's browser side, installed as the package `hanse`: there Streamlit looks for it."""
