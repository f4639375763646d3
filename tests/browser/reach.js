// What of a page a thumb or an eye would miss: sideways scroll, cut edges, small targets. Returns a list of sentences.
(least) => {
  const found = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`the page is ${wide} px too wide`);
  const where = (element) => {
    const key = element.closest('[class*=st-key-]')?.className.match(/st-key-[\w-]+/)?.[0] ?? '';
    return `${element.tagName.toLowerCase()}[${element.dataset.testid ?? element.getAttribute('role') ?? ''}] in ${key}`;
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
  // a grid of rows is moved sideways by the thumb that reads it; the closed menu stands outside the window
  const grid = '[data-testid=stDataFrame], [data-testid=stSidebar], .js-plotly-plot';
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest(grid) || !seen(element)) continue;
    const style = getComputedStyle(element);
    const wider = element.clientWidth > 0 ? element.scrollWidth - element.clientWidth : 0;
    if (wider > 1 && /auto|scroll/.test(style.overflowX) && !element.matches('[role=tablist]')) found.push(`${where(element)} scrolls sideways by ${wider} px`);
    const right = element.getBoundingClientRect().right;
    if (right > innerWidth + 1 && !element.closest('[role=tablist]')) found.push(`${where(element)} ends at ${Math.round(right)} px`);
  }
  if (!least) return found;
  const targets = 'button, a[href], summary, input, textarea, [role=button], [role=tab], [role=combobox]';
  for (const element of document.querySelectorAll(targets)) {
    // links in a sentence, and what a grid or a chart brings, are not aimed at with a thumb
    if (element.closest(`${grid}, [data-testid=stMarkdownContainer] p, [data-testid=stSkipToContent]`) || !seen(element)) continue;
    // what is clicked with it: the frame of a field, the label of a box, the bar of a slider
    const field = '.react-aria-ComboBox > [role=group], [data-testid=stDateInputField], [data-testid=stNumberInputContainer], [data-testid=stSlider]';
    const whole = element.closest(field) ?? (element.matches('input') ? element.closest('label') : null);
    const { width, height } = (whole ?? element).getBoundingClientRect();
    if (height < least - 0.5 || width < least - 0.5)
      found.push(`${where(element)} is ${Math.round(width)}×${Math.round(height)} px: ${(element.textContent || element.ariaLabel || '').slice(0, 20)}`);
  }
  return found;
}
