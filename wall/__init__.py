"""The wall (大屏): scenes that turn by themselves, drawn once for the screen and for the meeting pack."""
