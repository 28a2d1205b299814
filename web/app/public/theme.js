// Before the first paint, so that nobody sees the wrong theme flash. A file, because the policy forbids inline scripts.
(() => {
  let theme = null;
  let language = null;
  try {
    theme = localStorage.getItem('sluice.theme');
    language = localStorage.getItem('sluice.language');
  } catch {
    // storage switched off: the system's theme, the default language
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
})();
