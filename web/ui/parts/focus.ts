/** As a `ref`: takes the focus when it appears, where there is one thing to do on a screen. */
export function focusAtFirst(element: HTMLElement | null): void {
  element?.focus();
}
