"""`streamlit run app.py`: posecheck in the browser of this computer. `posecheck app` does the same from anywhere."""

import streamlit as st

from posecheck.app.server import MIDDLEWARE, PAGE, ROUTES, lifespan

app = st.App(PAGE, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)
