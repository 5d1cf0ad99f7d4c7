"""The faces in the browser: Streamlit's pages, the survivor's screen as a component, and its WebSocket route."""
