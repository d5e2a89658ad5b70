// Draws the charts of the report. No network: plotly and the data stand in this file.
(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var printWidth = 660; // CSS pixels between the margins of an A4 page

  function draw() {
    charts.forEach(function (chart) {
      var place = document.getElementById(chart.id);
      if (place) {
        Plotly.newPlot(place, chart.data, chart.layout, chart.config).then(function () {
          // read aloud is the sentence beside the chart, not hundreds of tick labels
          place.querySelectorAll("svg.main-svg").forEach(function (picture) {
            picture.setAttribute("aria-hidden", "true");
          });
        });
      }
    });
  }

  function each(change) {
    charts.forEach(function (chart) {
      var place = document.getElementById(chart.id);
      if (place && place.layout) { Plotly.relayout(place, change); }
    });
  }

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(document.querySelectorAll("details[data-print]"), function (part) {
      return !part.open;
    });
    opened.forEach(function (part) { part.open = true; });
    each({ width: printWidth, autosize: false });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
    each({ width: null, autosize: true });
  });
  draw();
})();
