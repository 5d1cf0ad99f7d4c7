"""The Streamlit app comes with a later version; until then this says so."""

print("The app comes with a later version of posecheck. The command line is ready: posecheck --help")
