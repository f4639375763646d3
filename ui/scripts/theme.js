// Streamlit recolours itself when a device turns dark, and asks for no run; maps and charts need one.
export default function ({ setTriggerValue }) {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  // after Streamlit's own listener: the run it sends then tells the new theme
  const tell = () => window.setTimeout(() => setTriggerValue('changed', dark.matches ? 'dark' : 'light'), 0);
  dark.addEventListener('change', tell);
  return () => dark.removeEventListener('change', tell);
}
