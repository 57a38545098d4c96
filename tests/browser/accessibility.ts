/** What axe finds wrong with a page, beside what a test looks for itself. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * A line for each rule that is broken, with the elements that break it. `without`: ids of rules that do not hold here.
 * What still fades in is waited for: half of a colour is none that a person would read.
 */
export async function accessibilityFaults(page: Page, without: readonly string[] = []): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (ids) => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const { run } = (window as unknown as { readonly axe: typeof axe }).axe;
    const rules = Object.fromEntries(ids.map((id) => [id, { enabled: false }]));
    const { violations } = await run(document, { rules, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, without);
}
