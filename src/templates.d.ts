declare module "*.yml" {
  const text: string;
  export default text;
}

declare module "*.groovy" {
  const text: string;
  export default text;
}

declare module "*.kts" {
  const text: string;
  export default text;
}

declare module "*.sh" {
  const text: string;
  export default text;
}
