// The threshold under the thumb: what it would mean is told at once. Without this the form asks the server.
(() => {
  "use strict";
  const form = document.querySelector("form.try");
  if (!form) return;
  const slider = form.elements.namedItem("threshold");
  const points = JSON.parse(form.dataset.points);
  const people = form.dataset.people === "" ? null : Number(form.dataset.people);
  const own = Number(form.dataset.own);
  const value = document.getElementById("value");
  const size = Number(points.size);
  const put = (id, text) => { document.getElementById(id).textContent = text; };
  const percent = (share) => `${(100 * share).toFixed(1)}%`;
  let speaking = 0;

  const tell = () => {
    const wanted = Number(slider.value);
    const [threshold, sure, right] = points.at.reduce((best, point) =>
      Math.abs(point[0] - wanted) < Math.abs(best[0] - wanted) ? point : best);
    const share = sure / size;
    put("told-threshold", threshold.toFixed(3));
    put("told-share", `${percent(share)}(${size}文のうち${sure})`);
    put("told-right", sure ? `${percent(right / sure)}(まちがい${sure - right}文)` : "—");
    if (people !== null) {
      const more = Math.round(people * (share - own));
      put("told-people", `約${Math.round(people * share)}人(${more < 0 ? "" : "+"}${more}人)`);
    }
    if (value) value.value = threshold.toFixed(3);
    clearTimeout(speaking);
    speaking = setTimeout(() => put("told-aloud",
      `しきい値${threshold.toFixed(3)}。言い切る文${percent(share)}。そのうち正しい${sure ? percent(right / sure) : "なし"}。`), 600);
  };

  document.documentElement.classList.add("scripted");
  slider.addEventListener("input", tell);
})();
