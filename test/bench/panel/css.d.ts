// The bundler turns imported style sheets into page.css.
declare module '*.css';
