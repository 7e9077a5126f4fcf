// Runs in a page of the site, and gives what is wrong with how it looks: one line each.
(() => {
  const root = document.documentElement;
  const found = [];
  if (root.scrollWidth > root.clientWidth) {
    const out = [...document.querySelectorAll('#app *')].find((one) => one.getBoundingClientRect().right > root.clientWidth + 1);
    found.push(`is ${root.scrollWidth} pixels wide, of ${root.clientWidth}: ${out?.tagName} "${out?.textContent.trim().slice(0, 60)}"`);
  }
  for (const picture of document.images) if (picture.naturalWidth === 0) found.push(`picture ${picture.src} is not shown`);
  if (document.querySelector('.VPNav a') === null) found.push('has no navigation');
  if (document.querySelector('h1') === null) found.push('has no title');
  return found;
})();
